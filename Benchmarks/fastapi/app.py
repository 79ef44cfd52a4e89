"""What FastAPI and asyncpg need for a bare SELECT and a bare INSERT of the same spaces, sealing and checking nothing."""

import os
import uuid
from contextlib import asynccontextmanager

import asyncpg
from fastapi import Body, FastAPI
from fastapi.responses import ORJSONResponse

SELECT = """SELECT id::text, organisation_id::text, register, language, topics, version, created_at, closes_at, seals_at, archives_at,
  erases_at FROM ohjaustila.space WHERE id = $1"""
INSERT = "INSERT INTO bench.message (id, space_id, body, sent_at) VALUES ($1, $2, $3, now())"


@asynccontextmanager
async def connected(app: FastAPI):
    async with asyncpg.create_pool(os.environ["BENCH_DATABASE"], min_size=4, max_size=4) as app.state.pool:
        yield


app = FastAPI(lifespan=connected, default_response_class=ORJSONResponse)


@app.get("/live")
async def live():
    return {"status": "live"}


@app.get("/v1/spaces/{space}")
async def read(space: uuid.UUID):
    return ORJSONResponse(dict(await app.state.pool.fetchrow(SELECT, space)))


@app.post("/v1/spaces/{space}/messages", status_code=201)
async def post(space: uuid.UUID, text: str = Body(embed=True)):
    message = uuid.uuid4()
    await app.state.pool.execute(INSERT, message, space, text)
    return ORJSONResponse({"id": message, "text": text}, status_code=201)
