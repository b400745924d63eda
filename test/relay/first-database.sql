-- A database as the first migration alone left it, with what a relay of that time had written: one run told and done,
-- one told in part, with an envelope that had not been sent yet.

create table "kysely_migration" (
  "name" varchar(255) not null primary key,
  "timestamp" varchar(255) not null
);
create table "kysely_migration_lock" (
  "id" varchar(255) not null primary key,
  "is_locked" integer default 0 not null
);
create table "learners" (
  "learner" text not null,
  "email" text not null,
  "role" text not null,
  constraint "learners_key" primary key ("learner")
);
create table "runs" (
  "learner" text not null,
  "run_id" text not null,
  "activity" text,
  "preview" bigint not null,
  "first_at" bigint not null,
  "last_at" bigint not null,
  "end" text,
  "end_received_at" bigint,
  "completed" bigint default 0 not null,
  "due_at" bigint,
  constraint "runs_key" primary key ("learner", "run_id")
);
create table "legs" (
  "learner" text not null,
  "run_id" text not null,
  "leg_id" text not null,
  "start" text,
  "offset_ms" bigint not null,
  "offset_fixed" bigint default 0 not null,
  constraint "legs_key" primary key ("learner", "run_id", "leg_id")
);
create table "slices" (
  "learner" text not null,
  "run_id" text not null,
  "leg_id" text not null,
  "n" bigint not null,
  "reach" bigint not null,
  "told_reach" bigint default 0 not null,
  "spans" text not null,
  "received_at" bigint not null,
  "opens_at" bigint not null,
  "closes_at" bigint not null,
  constraint "slices_key" primary key ("learner", "run_id", "leg_id", "n")
);
create table "told" (
  "learner" text not null,
  "from_at" bigint not null,
  "to_at" bigint not null,
  "run_id" text not null,
  "metric" text not null,
  "reason" text,
  "settlement_id" text not null,
  constraint "told_key" primary key ("learner", "from_at")
);
create table "settlements" (
  "learner" text not null,
  "settlement_id" text not null,
  "run_id" text not null,
  "state" text not null,
  "completes" bigint not null,
  "created_at" bigint not null,
  "held" text,
  "next_at" bigint not null,
  constraint "settlements_key" primary key ("learner", "settlement_id")
);
create table "attempts" (
  "learner" text not null,
  "object_id" text not null,
  "attempt" bigint not null,
  "run_id" text not null,
  constraint "attempts_key" primary key ("learner", "object_id", "attempt")
);
create table "outbox" (
  "learner" text not null,
  "outbox_id" text not null,
  "seq" bigint not null,
  "settlement_id" text not null,
  "run_id" text not null,
  "event_ids" text not null,
  "body" text not null,
  "state" text not null,
  "created_at" bigint not null,
  "tries" bigint default 0 not null,
  "checks" bigint default 0 not null,
  "next_at" bigint not null,
  "lease_until" bigint,
  "answer" text,
  "maybe_twice" bigint default 0 not null,
  constraint "outbox_key" primary key ("learner", "outbox_id")
);
create index "runs_due" on "runs" ("due_at");
create index "settlements_next" on "settlements" ("state", "next_at");
create index "outbox_next" on "outbox" ("state", "next_at");
insert into "kysely_migration" ("name", "timestamp")
  values ('001-first', '2026-01-26T09:59:00.000Z');
insert into "kysely_migration_lock" ("id", "is_locked")
  values ('migration_lock', 0);
insert into "learners" ("learner", "email", "role")
  values ('ada', 'ada@school.example', 'student');
insert into "runs" ("learner", "run_id", "activity", "preview", "first_at", "last_at", "end", "end_received_at", "completed", "due_at")
  values ('ada', 'done', '{"id":"fractions","name":"Fractions","course":{"subject":"Math","grade":5}}', 0, 1769421720000, 1769421720000, '{"v":1,"type":"end","id":"done/end","legId":"a","at":120000,"result":{"totalQuestions":10,"correctQuestions":10},"legs":{"a":{"slices":1,"reach":120000}}}', 1769421720000, 1, null);
insert into "runs" ("learner", "run_id", "activity", "preview", "first_at", "last_at", "end", "end_received_at", "completed", "due_at")
  values ('ada', 'open', '{"id":"fractions","name":"Fractions","course":{"subject":"Math","grade":5}}', 0, 1769421780000, 1769422680000, null, null, 0, 1769423580000);
insert into "legs" ("learner", "run_id", "leg_id", "start", "offset_ms", "offset_fixed")
  values ('ada', 'done', 'a', '{"v":1,"type":"start","id":"done/a/start","activity":{"id":"fractions","name":"Fractions","course":{"subject":"Math","grade":5}},"wallAt":1769421600000,"monoAt":40}', 0, 1);
insert into "legs" ("learner", "run_id", "leg_id", "start", "offset_ms", "offset_fixed")
  values ('ada', 'open', 'a', '{"v":1,"type":"start","id":"open/a/start","activity":{"id":"fractions","name":"Fractions","course":{"subject":"Math","grade":5}},"wallAt":1769421720000,"monoAt":40}', 0, 1);
insert into "slices" ("learner", "run_id", "leg_id", "n", "reach", "told_reach", "spans", "received_at", "opens_at", "closes_at")
  values ('ada', 'done', 'a', 0, 120000, 120000, '[["active",0,90000,0],["idle",90000,120000,90000]]', 1769421720000, 1769421540000, 1769464740000);
insert into "slices" ("learner", "run_id", "leg_id", "n", "reach", "told_reach", "spans", "received_at", "opens_at", "closes_at")
  values ('ada', 'open', 'a', 0, 90000, 60000, '[["active",0,60000,0],["idle",60000,90000,60000]]', 1769422680000, 1769421540000, 1769464740000);
insert into "told" ("learner", "from_at", "to_at", "run_id", "metric", "reason", "settlement_id")
  values ('ada', 1769421600000, 1769421690000, 'done', 'active', null, 'settlement-1');
insert into "told" ("learner", "from_at", "to_at", "run_id", "metric", "reason", "settlement_id")
  values ('ada', 1769421690000, 1769421720000, 'done', 'inactive', 'idle', 'settlement-1');
insert into "told" ("learner", "from_at", "to_at", "run_id", "metric", "reason", "settlement_id")
  values ('ada', 1769421720000, 1769421780000, 'open', 'active', null, 'settlement-2');
insert into "settlements" ("learner", "settlement_id", "run_id", "state", "completes", "created_at", "held", "next_at")
  values ('ada', 'settlement-1', 'done', 'frozen', 1, 1769421720000, null, 1769421720000);
insert into "settlements" ("learner", "settlement_id", "run_id", "state", "completes", "created_at", "held", "next_at")
  values ('ada', 'settlement-2', 'open', 'frozen', 0, 1769422680000, null, 1769422680000);
insert into "attempts" ("learner", "object_id", "attempt", "run_id")
  values ('ada', 'https://app.example/activities/Math/g5/fractions', 1, 'done');
insert into "outbox" ("learner", "outbox_id", "seq", "settlement_id", "run_id", "event_ids", "body", "state", "created_at", "tries", "checks", "next_at", "lease_until", "answer", "maybe_twice")
  values ('ada', 'outbox-1', 1, 'settlement-1', 'done', '["urn:uuid:1db32bdd-8d71-4117-8e69-455746b076fb","urn:uuid:b57f9017-e248-480d-9032-290b7c192059"]', '{}', 'delivered', 1769421720000, 0, 0, 1769421720000, null, '1', 0);
insert into "outbox" ("learner", "outbox_id", "seq", "settlement_id", "run_id", "event_ids", "body", "state", "created_at", "tries", "checks", "next_at", "lease_until", "answer", "maybe_twice")
  values ('ada', 'outbox-2', 2, 'settlement-2', 'open', '["urn:uuid:21a57d56-94cb-4362-9df3-60a966bdaf4d"]', '{"sensor":"https://app.example","sendTime":"2026-01-26T10:18:00.000Z","dataVersion":"http://purl.imsglobal.org/ctx/caliper/v1p2","data":[{"@context":"http://purl.imsglobal.org/ctx/caliper/v1p2","id":"urn:uuid:21a57d56-94cb-4362-9df3-60a966bdaf4d","type":"TimeSpentEvent","action":"SpentTime","profile":"TimebackProfile","eventTime":"2026-01-26T10:03:00.000Z","actor":{"id":"https://api.alpha-1edtech.ai/ims/oneroster/rostering/v1p2/users/ada","type":"TimebackUser","email":"ada@school.example","role":"student"},"object":{"id":"https://app.example/activities/Math/g5/fractions","type":"TimebackActivityContext","subject":"Math","app":{"name":"Example App"},"activity":{"name":"Fractions"},"course":{"id":"https://api.alpha-1edtech.ai/ims/oneroster/rostering/v1p2/courses/math-5","name":"Math G5"}},"generated":{"id":"urn:uuid:705bb898-6c75-4f94-bce6-c9bbb2d70265","type":"TimebackTimeSpentMetricsCollection","items":[{"type":"active","value":60},{"type":"inactive","value":0},{"type":"waste","value":0}],"extensions":{"splitMs":{"active":60000}}},"extensions":{"runId":"open","courseId":"math-5"}}]}', 'waiting', 1769422680000, 0, 0, 1769422680000, null, null, 0);
