# SPDX-License-Identifier: Apache-2.0
# What the package `packaging` says of versions, specifiers and tags. stdin: JSON of questions; stdout: JSON of answers.
# Argument: the folder that it is installed in.
import json
import sys

sys.path.insert(0, sys.argv[1])

from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: E402
from packaging.tags import compatible_tags, cpython_tags  # noqa: E402
from packaging.version import InvalidVersion, Version  # noqa: E402


def version(text):
    try:
        return Version(text)
    except InvalidVersion:
        return None


def specifier(text):
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        return None


def tags(python, platforms):
    minor = int(python.split(".")[1])
    pair = (3, minor)
    own = cpython_tags(pair, [f"cp3{minor}"], platforms)
    other = compatible_tags(pair, f"cp3{minor}", platforms)
    return sorted({str(tag) for tag in [*own, *other]})


asked = json.load(sys.stdin)
versions = {text: version(text) for text in asked["versions"]}
valid = [text for text, found in versions.items() if found is not None]
specifiers = {text: specifier(text) for text in asked["specifiers"]}
json.dump(
    {
        "valid": valid,
        # By their order; equal ones are joined.
        "sorted": [[a for a in valid if versions[a] == v] for v in sorted(set(versions[text] for text in valid))],
        "prereleases": [text for text in valid if versions[text].is_prerelease],
        "specifiers": [text for text, found in specifiers.items() if found is not None],
        "contained": {
            text: [each for each in valid if found.contains(each, prereleases=True)]
            for text, found in specifiers.items()
            if found is not None
        },
        "filtered": {
            text: list(found.filter(valid)) for text, found in specifiers.items() if found is not None
        },
        "tags": {f"{python} {name}": tags(python, platforms) for python, name, platforms in asked["targets"]},
    },
    sys.stdout,
)
