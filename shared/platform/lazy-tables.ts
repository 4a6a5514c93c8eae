type Value = string | number;

/** Tables of an object that are not made before it keeps something: an object that keeps nothing has no storage, and costs none. */
export interface LazyTables {
  /** Whether they are there. */
  readonly exist: boolean;
  /** Makes them where they are not. */
  make(): void;
  /** Makes them where they are not, and writes. */
  write(query: string, ...values: Value[]): void;
  /** Where there are none, nothing happens: what is not kept needs no dropping. */
  drop(query: string, ...values: Value[]): void;
  /** Where there are none, there are no rows. */
  rows<Row extends Record<string, SqlStorageValue>>(query: string, ...values: Value[]): Row[];
}

/** `statements` make the tables, and do nothing where they are; `one` is the name of one of them. The storage is asked when it is needed first. */
export function createLazyTables(sql: SqlStorage, one: string, statements: string): LazyTables {
  let known: boolean | null = null;
  const exist = (): boolean => {
    known ??= sql.exec("SELECT 1 FROM sqlite_master WHERE name = ?", one).toArray().length > 0;
    return known;
  };
  const make = (): void => {
    if (!exist()) sql.exec(statements);
    known = true;
  };
  return {
    get exist() {
      return exist();
    },
    make,
    write(query, ...values) {
      make();
      sql.exec(query, ...values);
    },
    drop(query, ...values) {
      if (exist()) sql.exec(query, ...values);
    },
    rows: <Row extends Record<string, SqlStorageValue>>(query: string, ...values: Value[]) => (exist() ? sql.exec<Row>(query, ...values).toArray() : []),
  };
}
