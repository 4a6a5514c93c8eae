import { integer } from "drizzle-orm/sqlite-core";

/** A time: milliseconds since 1970, UTC. */
export const time = (name: string) => integer(name);
