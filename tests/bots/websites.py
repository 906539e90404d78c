"""Sites that pictures are fetched from: a real HTTPS server on this machine under made-up names."""

import asyncio
import io
import socket
import ssl
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image

NAMES = ("city.example", "other.example")
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Names(AbstractResolver):
    """Ours lead to the server; ``elsewhere`` to where a test says."""

    def __init__(self, port: int, elsewhere: dict[str, str]) -> None:
        self._port, self._elsewhere = port, elsewhere

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if host not in NAMES and host not in self._elsewhere:
            raise OSError("no such name")
        address = self._elsewhere.get(host, "127.0.0.1")
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [ResolveResult(hostname=host, host=address, port=self._port, family=kind, proto=0,
                              flags=socket.AI_NUMERICHOST)]  # fmt: skip

    async def close(self) -> None: ...


class Sites:
    """``pages`` are bytes, or what answers, by path; ``asked`` what was, in order."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes | Answer] = {}
        self.elsewhere: dict[str, str] = {}
        self.asked: list[str] = []
        self.port = 0
        self.trust: ssl.SSLContext = ssl.create_default_context()
        self.leaving = asyncio.Event()

    def names(self) -> AbstractResolver:
        return Names(self.port, self.elsewhere)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(f"{request.host}{request.path}")
        page = self.pages.get(request.path)
        if page is None:
            return web.Response(status=404, text="nothing here")
        return web.Response(body=page) if isinstance(page, bytes) else await page(request)

    async def never(self, request: web.Request) -> web.StreamResponse:
        await self.leaving.wait()
        return web.Response()


@asynccontextmanager
async def websites() -> AsyncIterator[Sites]:
    sites = Sites()
    with TemporaryDirectory() as folder:
        files = certificate(Path(folder))
        sites.trust = ssl.create_default_context(cafile=str(files))
        served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        served.load_cert_chain(files)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", sites.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=served).start()
        sites.port = runner.addresses[0][1]
        yield sites
    finally:
        sites.leaving.set()
        await runner.cleanup()


def certificate(folder: Path) -> Path:
    """A key and what it signed for itself, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tests")])
    names = x509.SubjectAlternativeName([x509.DNSName(one) for one in NAMES])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path = folder / "site.pem"
    path.write_bytes(private + signed.public_bytes(pem))
    return path


# --- files ---------------------------------------------------------------------------------------


def picture(kind: str = "JPEG", size: tuple[int, int] = (1600, 1000), **more: object) -> bytes:
    """Not one colour, so that it is a picture of some weight."""
    made = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(made, kind, **more)
    return made.getvalue()


def with_place() -> bytes:
    """A photograph that says where it was taken, and which way is up."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned
    exif[0x010F] = "Kamera"
    exif.get_ifd(0x8825).update({1: "N", 2: (60.0, 12.0, 3.0)})
    return picture(exif=exif)


def moving() -> bytes:
    made = io.BytesIO()
    first, second = Image.new("RGB", (60, 40), "red"), Image.new("RGB", (60, 40), "blue")
    first.save(made, "GIF", save_all=True, append_images=[second], duration=100, loop=0)
    return made.getvalue()


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A few bytes of PNG that would be gigabytes of pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        whole = name + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
