// SPDX-License-Identifier: Apache-2.0
// Judges certificate chains as Go's crypto/x509 does, and by their CRLs where it is given some. Reads JSON, writes JSON.
package main

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// Certificates and CRLs are DER. Host is empty for a certificate that serves none.
type chain struct {
	Root          []byte
	Intermediates [][]byte
	Crls          [][]byte
	Leaf          []byte
	Host          string
}

func main() {
	var chains []chain
	if err := json.NewDecoder(os.Stdin).Decode(&chains); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	refusals := make([]*string, len(chains))
	for index, each := range chains {
		if err := judge(each); err != nil {
			text := err.Error()
			refusals[index] = &text
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(refusals); err != nil {
		os.Exit(1)
	}
}

func judge(given chain) error {
	root, err := x509.ParseCertificate(given.Root)
	if err != nil {
		return err
	}
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(root)
	for _, der := range given.Intermediates {
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return err
		}
		between.AddCert(certificate)
	}
	leaf, err := x509.ParseCertificate(given.Leaf)
	if err != nil {
		return err
	}
	found, err := leaf.Verify(x509.VerifyOptions{
		DNSName:       given.Host,
		Roots:         roots,
		Intermediates: between,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil || len(given.Crls) == 0 {
		return err
	}
	// Any chain that stands will do, as for OpenSSL.
	for _, certificates := range found {
		if err = unrevoked(certificates, given.Crls); err == nil {
			return nil
		}
	}
	return err
}

// Each certificate below the root has to be left out by a CRL that its issuer signed and that has not ended.
func unrevoked(certificates []*x509.Certificate, crls [][]byte) error {
	for index := 0; index+1 < len(certificates); index++ {
		certificate, issuer := certificates[index], certificates[index+1]
		if err := leftOut(certificate, issuer, crls); err != nil {
			return err
		}
	}
	return nil
}

func leftOut(certificate, issuer *x509.Certificate, crls [][]byte) error {
	isKnown := false
	for _, der := range crls {
		crl, err := x509.ParseRevocationList(der)
		if err != nil {
			return err
		}
		if crl.CheckSignatureFrom(issuer) != nil || time.Now().After(crl.NextUpdate) {
			continue
		}
		isKnown = true
		for _, entry := range crl.RevokedCertificateEntries {
			if entry.SerialNumber.Cmp(certificate.SerialNumber) == 0 {
				return fmt.Errorf("certificate revoked: %s", certificate.Subject)
			}
		}
	}
	if !isKnown {
		return fmt.Errorf("no CRL of %s", issuer.Subject)
	}
	return nil
}
