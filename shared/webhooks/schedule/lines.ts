/** Of each line, that is of each subject whose order is kept, only the first may go; the next one may when it is over. */
export interface Lines {
  /**
   * Sees to it that the first of a line waits for its time and the others for it; call it for every line that something changed in.
   * @param came how many joined it since the last time
   */
  settle(line: string, came?: number): void;
  /** From now on order is kept, or it is not any more. Reads everything that waits. */
  keepOrder(keepsOrder: boolean): void;
}

type Row = { id: string; state: "waiting" | "behind" | "leased" };

export function createLines(sql: SqlStorage): Lines {
  /** A ticket must be known before anything else is said of its subject, or it would be opened a second time. */
  const isHeld = (line: string): boolean =>
    sql.exec("SELECT 1 FROM delivery INDEXED BY delivery_due WHERE state = 'leased' AND line = ? LIMIT 1", line).toArray().length > 0 ||
    sql.exec("SELECT 1 FROM report WHERE ticket_line = ? LIMIT 1", line).toArray().length > 0;
  const move = (id: string, state: Row["state"]): void => void sql.exec("UPDATE delivery SET state = ? WHERE id = ?", state, id);

  const settle = (line: string, came = 0): void => {
    // Whoever came may stand before the one that was the first.
    const rows = sql.exec<Row>("SELECT id, state FROM delivery WHERE line = ? ORDER BY position LIMIT ?", line, came + 1).toArray();
    const first = isHeld(line) ? undefined : rows[0];
    for (const row of rows) {
      const state = row === first ? "waiting" : "behind";
      if (row.state !== "leased" && row.state !== state) move(row.id, state);
    }
  };

  return {
    settle,
    keepOrder(keepsOrder) {
      if (!keepsOrder) {
        sql.exec("UPDATE delivery SET line = NULL, state = iif(state = 'behind', 'waiting', state) WHERE line IS NOT NULL");
        return;
      }
      sql.exec("UPDATE delivery SET line = subject, state = iif(state = 'waiting', 'behind', state) WHERE state IN ('waiting', 'leased')");
      for (const { line } of sql.exec<{ line: string }>("SELECT DISTINCT line FROM delivery WHERE line IS NOT NULL").toArray()) settle(line);
    },
  };
}
