"""The obvious bot: PTB's handler, one ORM session and one commit a vote.

Usage: `python -m bench.servers.naive_bot DATABASE`, a file or PostgreSQL's address. Made as fast as
its kind can be: uvloop; answering the query costs no call to the outside (an API that answers from
memory instead of PTB's slow default transport); updates are handled at once and side by side, where
PTB's own webhook server queues them. Unlike that server it acknowledges after the commit, as we do.
"""

from __future__ import annotations

import json
import sys

from aiohttp import web
from sqlalchemy import BigInteger, event, make_url
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from telegram import Update
from telegram.ext import Application, CallbackQueryHandler, ContextTypes
from telegram.request import BaseRequest, RequestData

from bench import servers
from bench.protocol import Ready

ME = {"id": 7000000001, "is_bot": True, "first_name": "Kuulolla", "username": "kuulolla_bot"}


class Base(DeclarativeBase):
    pass


class Ballot(Base):
    __tablename__ = "ballot"
    poll: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    voter: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    option: Mapped[int]


class FreeApi(BaseRequest):
    """A Bot API that costs nothing."""

    @property
    def read_timeout(self) -> float | None:
        return 5.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_: object,
        **__: object,
    ) -> tuple[int, bytes]:
        result = ME if url.endswith("/getMe") else True
        return 200, json.dumps({"ok": True, "result": result}).encode()


class Bot:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions
        api = FreeApi()
        builder = Application.builder().token("110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw")
        self._application = builder.request(api).get_updates_request(api).updater(None).build()
        self._application.add_handler(CallbackQueryHandler(self.vote, pattern="^vote:"))

    async def start(self) -> None:
        await self._application.initialize()
        await self._application.start()

    async def vote(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        _, poll, option = query.data.split(":")
        async with self._sessions() as session:
            ballot = await session.get(Ballot, (int(poll), query.from_user.id))
            if ballot is None:
                session.add(Ballot(poll=int(poll), voter=query.from_user.id, option=int(option)))
            else:
                ballot.option = int(option)
            await session.commit()
        await query.answer("Your vote is counted")

    async def webhook(self, request: web.Request) -> web.Response:
        update = Update.de_json(await request.json(), self._application.bot)
        await self._application.process_update(update)
        return web.Response()


async def database(where: str) -> AsyncEngine:
    engine = _postgres(where) if "://" in where else _sqlite(where)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    return engine


def _postgres(url: str) -> AsyncEngine:
    given = make_url(url).set(drivername="postgresql+psycopg")
    return create_async_engine(given, pool_size=8, max_overflow=0)


def _sqlite(path: str) -> AsyncEngine:
    """One connection: several would wait for SQLite's one write lock, and do so slower."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", pool_size=1, max_overflow=0)

    @event.listens_for(engine.sync_engine, "connect")
    def durable(connection: object, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()

    return engine


async def setup() -> tuple[web.Application, Ready]:
    bot = Bot(async_sessionmaker(await database(sys.argv[1]), expire_on_commit=False))
    await bot.start()
    app = web.Application()
    app.router.add_post("/telegram", bot.webhook)
    actions = [f"vote:1:{option}" for option in range(1, 5)]
    return app, Ready(port=0, path="/telegram", actions=actions)


if __name__ == "__main__":
    servers.run(setup)
