// What the API reference shows of schedules; the tests check each against its schema.

const at = 1_793_000_000_000;
/** 26 October 2026, 02:00 UTC: a Monday, 03:00 in Madrid, the day after its clocks went back. */
const monday = 1_792_980_000_000;

export const createScheduleExample = {
  name: "Our shops, every Monday",
  target: { kind: "site-audits", input: { maxPages: 500 } },
  cron: "0 3 * * MON",
  timeZone: "Europe/Madrid",
  jitterSeconds: 600,
};

const times = {
  cron: "0 3 * * MON",
  every: null,
  timeZone: "Europe/Madrid",
  missed: "latest",
  overlap: "skip",
  jitterSeconds: 600,
  until: null,
  isPaused: false,
  nextAt: monday + 7 * 86_400_000,
  builtIn: null,
  version: 1,
  createdAt: at,
};

export const scheduleExample = { id: "sch_01k9z8q5v0c3r7t2m4n6p8s1w5", name: createScheduleExample.name, ...times, target: createScheduleExample.target };

export const installationScheduleExample = {
  ...scheduleExample,
  name: "Weekly audits of every site",
  timeZone: "UTC",
  builtIn: "weekly-audits",
  nextAt: scheduleExample.nextAt + 3_600_000,
  target: { kind: "every-site-audits", input: { maxPages: 100 } },
};

export const scheduleRunExample = {
  id: "scr_01k9z8q5v0c3r7t2m4n6p8s1w5",
  occurrence: monday,
  cause: "time",
  state: "succeeded",
  reason: null,
  startedId: "job_01k9z8q5v0c3r7t2m4n6p8s1w5",
  result: { started: 12, skipped: { egress_refused: 1 } },
  createdAt: monday + 12_000,
  startedAt: monday + 13_000,
  finishedAt: monday + 41_000,
};

export const askedRunExample = {
  ...scheduleRunExample,
  occurrence: at,
  cause: "person",
  state: "due",
  startedId: null,
  result: null,
  createdAt: at,
  startedAt: null,
  finishedAt: null,
};

export const previewTimesExample = { cron: "30 2 * * *", timeZone: "Europe/Madrid", count: 3 };

export const nextTimesExample = {
  timeZone: "Europe/Madrid",
  times: [
    { at: 1_774_661_400_000, local: "2026-03-28T02:30+01:00" },
    { at: 1_774_746_000_000, local: "2026-03-29T03:00+02:00" },
    { at: 1_774_830_600_000, local: "2026-03-30T02:30+02:00" },
  ],
};
