# SPDX-License-Identifier: Apache-2.0
# Validates a bill of materials by the official schema of CycloneDX 1.6. stdin: the bill. Argument: the folder that the library
# is installed in. Prints what is wrong; nothing when it is valid.
import sys

sys.path.insert(0, sys.argv[1])

from cyclonedx.schema import SchemaVersion  # noqa: E402
from cyclonedx.validation.json import JsonStrictValidator  # noqa: E402

error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(sys.stdin.read())
if error is not None:
    print(str(error)[:1000])
