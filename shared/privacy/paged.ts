/** Rows read at once. */
export const rowsPerPage = 200;

/** All rows of a list, page by page as they are taken. `read` gets the last row of the page before, and answers at most `rowsPerPage`. */
export async function* paged<Row>(read: (last: Row | undefined) => Promise<Row[]>): AsyncGenerator<Row[], void> {
  for (let last: Row | undefined; ; ) {
    const rows = await read(last);
    yield rows;
    if (rows.length < rowsPerPage) return;
    last = rows.at(-1);
  }
}
