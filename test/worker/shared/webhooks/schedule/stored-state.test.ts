import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { minuteMs } from "../../../../../shared/platform/index.ts";
import { upgradeTables } from "../../../../../shared/webhooks/schedule/tables.ts";
import { reportOf, type ScheduleBench, takeAll, withSchedule } from "../../../../helpers/worker/schedule-bench.ts";

/**
 * What an object of the first release stores, written out. It is never edited: objects that were stored so are opened by every later release. Whoever adds a
 * field gives it a default, whoever adds a column adds a step to `tables.ts`; for what a later release stores there is another text like this.
 */
const firstRelease = (now: number): string => `
CREATE TABLE endpoint (id INTEGER PRIMARY KEY CHECK (id = 1), state TEXT NOT NULL, throttle BLOB NOT NULL);
CREATE TABLE delivery (
  id TEXT PRIMARY KEY, state TEXT NOT NULL, due_at INTEGER NOT NULL, round INTEGER NOT NULL, tries INTEGER NOT NULL, attempt INTEGER NOT NULL,
  may_have_arrived INTEGER NOT NULL, subject TEXT NOT NULL, position TEXT NOT NULL, line TEXT, lease TEXT, taken_at INTEGER, taken_round INTEGER
) WITHOUT ROWID;
CREATE INDEX delivery_due ON delivery (state, due_at);
CREATE INDEX delivery_line ON delivery (line, position) WHERE line IS NOT NULL;
CREATE TABLE report (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, value TEXT NOT NULL, ticket_line TEXT);
CREATE INDEX report_ticket ON report (ticket_line) WHERE ticket_line IS NOT NULL;
INSERT INTO endpoint VALUES (1, '{
  "settings": {
    "workspaceId": "wsp_1", "webhookId": "whk_1", "version": 3, "isEnabled": true, "ordering": "per-subject", "throttle": {"limit": 100, "windowMs": 60000},
    "concurrency": 4, "afterUnknownMs": 0
  },
  "breaker": {"slots": [{"at": ${now - minuteMs}, "attempts": 2, "failures": 1}], "since": 0, "openUntil": null, "openings": 0},
  "health": {"failingSince": ${now - minuteMs}, "warnings": 0},
  "holdUntil": 0, "answeredInMs": 40, "untaken": 0, "endedVersion": 2, "ending": null, "warning": {"number": 1, "since": ${now - minuteMs}}
}', x'');
INSERT INTO delivery VALUES
  ('dlv_done', 'done', ${now + minuteMs}, 0, 1, 1, 1, 'audit:a', '1', NULL, NULL, NULL, 0),
  ('dlv_leased', 'leased', ${now + minuteMs}, 0, 0, 1, 0, 'audit:b', '2', 'audit:b', 'lease', ${now - 1}, 0),
  ('dlv_behind', 'behind', ${now}, 0, 0, 0, 0, 'audit:b', '3', 'audit:b', NULL, NULL, NULL),
  ('dlv_waiting', 'waiting', ${now}, 1, 0, 2, 1, 'audit:c', '4', 'audit:c', NULL, NULL, NULL);
INSERT INTO report VALUES (1, ${now - 1}, '{
  "deliveryId": "dlv_done", "attempt": 1, "round": 0, "startedAt": ${now - 2}, "ms": 1, "outcome": "succeeded", "status": 201, "failure": null, "message": null,
  "responseHeaders": {"content-type": "application/json"}, "responseBody": "{}", "state": "succeeded", "nextAttemptAt": null, "finishedAt": ${now - 1},
  "ticket": {"ticketId": "1", "ticketKey": "SHOP-1", "url": "https://jira.test/1", "state": "open"}
}', 'audit:a');`;

function openFirstRelease(bench: ScheduleBench): void {
  bench.sql.exec(firstRelease(bench.now));
  bench.reopen();
}

describe("what an object of the first release stored", () => {
  it("is what this release goes on with", () =>
    withSchedule({}, async (bench) => {
      openFirstRelease(bench);
      expect(bench.schedule.health()).toEqual({ breaker: "closed", opensAt: null, failingSince: bench.now - minuteMs, waiting: 2, inFlight: 1 });
      await bench.ring();
      expect(bench.standing).toEqual(["warn 1"]);
      expect(bench.told).toMatchObject([{ deliveryId: "dlv_done", outcome: "succeeded", ticket: { ticketKey: "SHOP-1", state: "open" } }]);
      expect(takeAll(bench)).toEqual([{ deliveryId: "dlv_waiting", attempt: 3, mayHaveArrived: true }]);
      bench.schedule.report([reportOf(bench, { deliveryId: "dlv_leased", attempt: 1, mayHaveArrived: false })]);
      await bench.schedule.dispatch();
      expect(takeAll(bench)).toMatchObject([{ deliveryId: "dlv_behind", attempt: 1 }]);
      expect(bench.schedule.health()).toMatchObject({ failingSince: null, waiting: 0, inFlight: 2 });
    }));

  it("is what this release stores too: whoever changes that writes another text like the one above", () =>
    withSchedule({}, (bench) => {
      const columns = () =>
        bench.sql
          .exec(
            "SELECT tables.name AS of, columns.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns WHERE tables.name IN ('endpoint', 'delivery', 'report')",
          )
          .toArray();
      openFirstRelease(bench);
      const before = columns();
      for (const table of ["endpoint", "delivery", "report"]) bench.sql.exec(`DROP TABLE ${table}`);
      upgradeTables(bench.sql);
      expect(before).not.toEqual([]);
      expect(columns()).toEqual(before);
    }));
});

describe("the tables of an object", () => {
  const inNewObject = (use: (sql: SqlStorage) => void) =>
    runInDurableObject(env.WEBHOOK_ENDPOINT.get(env.WEBHOOK_ENDPOINT.newUniqueId()), (_, { storage }) => use(storage.sql));
  const steps = ["CREATE TABLE thing (a TEXT)", "ALTER TABLE thing ADD COLUMN b TEXT NOT NULL DEFAULT 'new'", "CREATE INDEX thing_b ON thing (b)"] as const;

  it("take each step once, whichever they had taken, and keep what they hold", () =>
    inNewObject((sql) => {
      upgradeTables(sql, steps.slice(0, 1));
      sql.exec("INSERT INTO thing (a) VALUES ('old')");
      for (const taken of [2, 3, 3]) upgradeTables(sql, steps.slice(0, taken));
      expect(sql.exec("SELECT a, b FROM thing").toArray()).toEqual([{ a: "old", b: "new" }]);
    }));

  it("of a later release are left as they are by one that was brought back", () =>
    inNewObject((sql) => {
      upgradeTables(sql, steps);
      upgradeTables(sql, steps.slice(0, 1));
      upgradeTables(sql, steps);
      expect(sql.exec("SELECT name FROM pragma_table_info('thing')").toArray()).toEqual([{ name: "a" }, { name: "b" }]);
    }));
});
