import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { getTableColumns, getTableName } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { tables } from "../../../../shared/privacy/inventory/tables.ts";
import { columnsInCode } from "../../../helpers/worker/erasures.ts";
import { tableNames } from "../../../helpers/worker/everything.ts";

const named = Object.entries(tables).map(([name, holding]) => ({ name, holding, table: getTableName(holding.table) }));

beforeAll(() => applyD1Migrations(env.DB, env.MIGRATIONS));

describe("the inventory", () => {
  it("has every table of the database, and no other", async () => {
    expect(named.map(({ table }) => table).sort()).toEqual(await tableNames());
  });

  it.each(named)("says of each column of $table, once, whether it is plain, personal or secret", async ({ holding, table }) => {
    const { plain, personal, secret } = holding;
    expect([...plain, ...personal, ...secret].sort()).toEqual(Object.keys(getTableColumns(holding.table)).sort());
    const { results } = await env.DB.prepare("SELECT name FROM pragma_table_info(?)").bind(table).all<{ name: string }>();
    expect(columnsInCode.get(table)?.toSorted()).toEqual(results.map(({ name }) => name).sort());
  });

  it("lets no table of a workspace outlive it, and no table with something personal outlive a person unsaid", () => {
    const ofWorkspace = named.filter(({ holding }) => "workspaceId" in getTableColumns(holding.table));
    expect(ofWorkspace.filter(({ holding }) => holding.withWorkspace === null).map(({ name }) => name)).toEqual([]);
    // A text that people wrote about their work is the workspace's.
    const workOnly = ["workspaces", "projects"];
    expect(named.filter(({ name, holding }) => holding.personal.length > 0 && holding.withPerson === null && !workOnly.includes(name))).toEqual([]);
  });
});
