/**
 * The tables of one endpoint's object. `line` is what order is kept by: the subject, while the endpoint's order is kept and the delivery is not over.
 * Of each line the first is `waiting` or `leased`, and the others are `behind`, so that whoever looks for what is due never reads them.
 */
const first = `
CREATE TABLE IF NOT EXISTS endpoint (          -- one row
  id INTEGER PRIMARY KEY CHECK (id = 1),
  state TEXT NOT NULL,                         -- JSON, see EndpointState
  throttle BLOB NOT NULL                       -- SlidingLog of attempts
);
CREATE TABLE IF NOT EXISTS delivery (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL,                         -- waiting | behind | leased | done
  due_at INTEGER NOT NULL,                     -- not before; of a lease its end; of what is done when it is forgotten
  round INTEGER NOT NULL,                      -- the newest that was asked for
  tries INTEGER NOT NULL,                      -- attempts in that round
  attempt INTEGER NOT NULL,                    -- of the last attempt, counted over all rounds
  may_have_arrived INTEGER NOT NULL,
  subject TEXT NOT NULL,
  position TEXT NOT NULL,                      -- Offer.order
  line TEXT,
  lease TEXT,
  taken_at INTEGER,                            -- of a lease; null until somebody took it
  taken_round INTEGER                          -- the round that it was taken in
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (state, due_at);
CREATE INDEX IF NOT EXISTS delivery_line ON delivery (line, position) WHERE line IS NOT NULL;
CREATE TABLE IF NOT EXISTS report (            -- what the database has not been told
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  value TEXT NOT NULL,                         -- JSON, see Told
  ticket_line TEXT                             -- the line whose next delivery needs the ticket that this tells of
);
CREATE INDEX IF NOT EXISTS report_ticket ON report (ticket_line) WHERE ticket_line IS NOT NULL;
`;

/**
 * What made the tables what they are, oldest first. Objects live longer than releases: each takes the steps that it has not taken, at its next opening. A step
 * that was released is never edited, and whatever it adds has a value for the rows that are there.
 */
const steps: readonly string[] = [first];

/** Brings the tables of an object up to date, if there are none makes them. One that a later release opened before keeps what that added. */
export function upgradeTables(sql: SqlStorage, all = steps): void {
  sql.exec("CREATE TABLE IF NOT EXISTS upgrade (step INTEGER PRIMARY KEY)");
  const { taken } = sql.exec<{ taken: number }>("SELECT count(*) AS taken FROM upgrade").one();
  for (const [at, step] of all.entries()) {
    if (at < taken) continue;
    sql.exec(step);
    sql.exec("INSERT INTO upgrade (step) VALUES (?)", at + 1);
  }
}
