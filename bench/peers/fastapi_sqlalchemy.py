"""The endpoint most people would write: FastAPI validates one event, SQLAlchemy commits one row.

It stores the event only: no identities, no persons, no counts. The table has the columns and the
indexes of ours. Tables are made by the benchmark. Run as `uvicorn fastapi_sqlalchemy:app`.
"""

import os
from datetime import datetime, timezone
from typing import Any, Dict, Optional
from uuid import UUID, uuid4

from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel, Extra, Field
from sqlalchemy import Column, DateTime, Text, create_engine
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PgUUID
from sqlalchemy.orm import Session, declarative_base, sessionmaker

# As many connections as FastAPI's pool has threads, so that no request waits for one.
engine = create_engine(os.environ["PEER_DATABASE_URL"], pool_size=40, max_overflow=0)
SessionLocal = sessionmaker(bind=engine, autoflush=False)
Base = declarative_base()
org_id = UUID(os.environ["PEER_ORG_ID"])
api_key = os.environ["PEER_API_KEY"]


class Event(Base):
    __tablename__ = "events"
    __table_args__ = {"schema": "peer"}

    org_id = Column(PgUUID(as_uuid=True), nullable=False)
    event_key = Column(PgUUID(as_uuid=True), primary_key=True)
    occurred_at = Column(DateTime(timezone=True), primary_key=True)
    name = Column(Text, nullable=False)
    person = Column(Text)
    properties = Column(JSONB)


class TrackBody(BaseModel):
    event: str = Field(min_length=1, max_length=200)
    event_id: Optional[UUID]
    occurred_at: Optional[datetime]
    user_id: Optional[str] = Field(min_length=1, max_length=256)
    properties: Optional[Dict[str, Any]]

    class Config:
        extra = Extra.forbid


class TrackResult(BaseModel):
    success: bool
    message: str
    accepted: int
    duplicates: int


def session():
    with SessionLocal() as opened:
        yield opened


def authorized(authorization: str = Header()) -> None:
    if authorization != f"Bearer {api_key}":
        raise HTTPException(status_code=403)


app = FastAPI()


@app.post("/track", status_code=202, response_model=TrackResult, dependencies=[Depends(authorized)])
def track(body: TrackBody, db: Session = Depends(session)) -> TrackResult:
    db.add(
        Event(
            org_id=org_id,
            event_key=body.event_id or uuid4(),
            occurred_at=body.occurred_at or datetime.now(timezone.utc),
            name=body.event,
            person=body.user_id,
            properties=body.properties,
        )
    )
    db.commit()
    return TrackResult(
        success=True,
        message=f"Event '{body.event}' tracked successfully",
        accepted=1,
        duplicates=0,
    )
