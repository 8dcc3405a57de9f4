-- Conversations are their person's alone, and what they quote is checked again whenever it is read.

CREATE TABLE conversation (
  tenant     text NOT NULL CHECK (tenant <> ''),
  id         uuid NOT NULL,
  person     text NOT NULL,
  title      text NOT NULL,
  corpus     text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id)
);
CREATE INDEX conversation_person ON conversation (tenant, person, id);

CREATE TABLE message (
  tenant          text NOT NULL,
  id              uuid NOT NULL,
  conversation_id uuid NOT NULL,
  person          text NOT NULL,
  role            text NOT NULL CHECK (role IN ('user', 'assistant')),
  language        text NOT NULL,
  status          text NOT NULL CHECK (status IN ('queued', 'running', 'answered', 'abstained', 'stopped', 'failed')),
  -- Tells a text that is held back from one that was never written.
  has_text        boolean NOT NULL DEFAULT false,
  -- The documents that search found for an answer, kept apart from the sources: those stop showing when a document does.
  document_ids    uuid[] NOT NULL DEFAULT '{}',
  model           text,
  error_code      text,
  claims          integer NOT NULL DEFAULT 0,
  supported       integer NOT NULL DEFAULT 0,
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, conversation_id) REFERENCES conversation (tenant, id) ON DELETE CASCADE
);
CREATE INDEX message_conversation ON message (tenant, conversation_id, id);
CREATE INDEX message_open ON message (tenant, status) WHERE status IN ('queued', 'running');

-- The text lies apart from its message, because it shows only while every document that went into it does.
CREATE TABLE message_text (
  tenant       text NOT NULL,
  message_id   uuid NOT NULL,
  person       text NOT NULL,
  document_ids uuid[] NOT NULL,
  text         text NOT NULL,
  PRIMARY KEY (tenant, message_id),
  FOREIGN KEY (tenant, message_id) REFERENCES message (tenant, id) ON DELETE CASCADE
);

-- No foreign key to the document: a source outlives it, and reading checks whether it is still there and readable.
CREATE TABLE message_source (
  tenant       text NOT NULL,
  message_id   uuid NOT NULL,
  person       text NOT NULL,
  ordinal      integer NOT NULL,
  document_id  uuid NOT NULL,
  heading_path text[] NOT NULL,
  page         integer,
  start_offset integer NOT NULL,
  end_offset   integer NOT NULL,
  score        real NOT NULL,
  PRIMARY KEY (tenant, message_id, ordinal),
  FOREIGN KEY (tenant, message_id) REFERENCES message (tenant, id) ON DELETE CASCADE
);

CREATE TABLE citation (
  tenant       text NOT NULL,
  message_id   uuid NOT NULL,
  person       text NOT NULL,
  ordinal      integer NOT NULL,
  answer_start integer NOT NULL,
  answer_end   integer NOT NULL,
  supported    boolean NOT NULL,
  source       integer,
  document_id  uuid,
  start_offset integer,
  end_offset   integer,
  quote        text,
  PRIMARY KEY (tenant, message_id, ordinal),
  FOREIGN KEY (tenant, message_id) REFERENCES message (tenant, id) ON DELETE CASCADE
);
