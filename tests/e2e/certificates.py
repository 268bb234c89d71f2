"""Certificates of the tests' own, for servers on this machine."""

import pathlib
import subprocess


def make(folder, name, hosts=("localhost",)):
    """A self-signed certificate for the hosts and 127.0.0.1: the paths of it and of its key, PEM."""
    certificate = pathlib.Path(folder) / f"{name}.pem"
    key = pathlib.Path(folder) / f"{name}.key"
    names = ",".join([f"DNS:{host}" for host in hosts] + ["IP:127.0.0.1"])
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", f"subjectAltName={names}",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key
