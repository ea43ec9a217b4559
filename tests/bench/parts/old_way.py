"""The way it was done before, as a stand-in: hashlib for the digests, gh for the rest. A repeat fetches every asset and hashes it too."""

import base64
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

folder, tag, assets, workspace = pathlib.Path(sys.argv[1]), *sys.argv[2:]
files = sorted(path for path in folder.iterdir() if path.is_file())


def gh(*arguments, fails=False):
    done = subprocess.run(["gh", *arguments], capture_output=True, text=True)
    if done.returncode != 0 and not fails:
        sys.exit(done.stderr)
    return None if done.returncode != 0 else done.stdout


def digests(paths):
    found = {}
    for path in paths:
        with path.open("rb") as file:
            found[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


ours = digests(files)
if gh("release", "view", tag, "-R", assets, "--json", "tagName", fails=True) is None:
    notes = next(path for path in files if path.suffix == ".md")
    gh("release", "create", tag, *map(str, files), "-R", assets, "--title", tag, "--notes-file", str(notes))
    manifest = json.dumps({"version": tag[1:], "sha256": ours})
    content = base64.b64encode(manifest.encode()).decode()
    path = f"repos/{workspace.removeprefix('github.localhost/')}/contents/manifest.json"
    gh("api", "-X", "PUT", path, "-f", f"message=release: {tag}", "-f", f"content={content}")
    print("published")
else:
    with tempfile.TemporaryDirectory(dir=folder.parent) as copies:
        gh("release", "download", tag, "-R", assets, "-D", copies)
        if digests(pathlib.Path(copies).iterdir()) != ours:
            sys.exit(f"{tag} is published with other bytes")
    print("already published")
