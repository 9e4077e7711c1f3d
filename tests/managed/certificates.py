"""A certificate authority of one's own and what it signs, made by the program openssl."""

import subprocess
from pathlib import Path

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
_SIGNED = "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n"


def authority(directory: Path, name: str) -> Path:
    """Make NAME.key and NAME.crt, an authority; gives the certificate, which clients may read."""
    certificate = directory / f"{name}.crt"
    _openssl(
        *("req", "-x509", *_KEY, "-days", "2", "-subj", f"/CN=The authority {name}"),
        *("-keyout", directory / f"{name}.key", "-out", certificate),
    )
    certificate.chmod(0o644)
    return certificate


def server_certificate(directory: Path, authority: Path) -> None:
    """Make server.key and server.crt for localhost, signed by the authority."""
    request, extensions = directory / "server.csr", directory / "server.ext"
    extensions.write_text(_SIGNED)
    _openssl(
        *("req", *_KEY, "-subj", "/CN=localhost"),
        *("-keyout", directory / "server.key", "-out", request),
    )
    _openssl(
        *("x509", "-req", "-in", request, "-days", "2", "-extfile", extensions),
        *("-CA", authority, "-CAkey", authority.with_suffix(".key"), "-set_serial", "1"),
        *("-out", directory / "server.crt"),
    )
    (directory / "server.crt").chmod(0o644)


def _openssl(*words: str | Path) -> None:
    done = subprocess.run(
        ["openssl", *map(str, words)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"openssl {words[0]}: {done.stderr}")
