import { and, eq, type SQL } from "drizzle-orm";
import { type Database, installationId } from "../db/client.ts";
import { isMember } from "../db/is-member.ts";
import { isOneOf } from "../db/is-one-of.ts";
import { apiKeys, users } from "../db/schema/index.ts";
import { kindOf } from "../platform/index.ts";
import type { StoredEntry } from "./stored-entry.ts";

interface KnownPerson {
  readonly name: string | null;
  readonly email: string;
}

interface KnownKey {
  readonly prefix: string;
  readonly name: string;
}

/** Those who did something, by id, as they are called now. */
export interface KnownActors {
  readonly people: ReadonlyMap<string, KnownPerson>;
  readonly keys: ReadonlyMap<string, KnownKey>;
}

/** Whose log is read, and where people and keys are. */
interface Place {
  readonly directory: Database;
  readonly workspaceId: string;
}

/** Finds who did what these entries, of the log or of usage, tell of. Who is deleted or is not in the workspace is missing, and so is a key of another one. */
export async function findActors(place: Place, entries: readonly Pick<StoredEntry, "actorId" | "userId">[]): Promise<KnownActors> {
  if (entries.length === 0) return { people: new Map(), keys: new Map() };
  const { directory } = place;
  const [people, keys] = await directory.batch([
    directory
      .select({ id: users.id, name: users.name, email: users.email })
      .from(users)
      .where(
        and(
          isOneOf(
            users.id,
            entries.flatMap(({ userId }) => userId ?? []),
          ),
          isKnownTo(place),
        ),
      ),
    directory
      .select({ id: apiKeys.id, prefix: apiKeys.prefix, name: apiKeys.name })
      .from(apiKeys)
      .where(
        and(
          isOneOf(
            apiKeys.id,
            entries.flatMap(({ actorId }) => actorId ?? []),
          ),
          isOfPlace(place),
        ),
      ),
  ]);
  return {
    people: new Map(people.map(({ id, ...person }) => [id, person])),
    keys: new Map(keys.map(({ id, ...key }) => [id, key])),
  };
}

/** The id that a filter means by a text: that of the key which it is the prefix of, or the text itself. */
export async function actorIdOf(place: Place, text: string): Promise<string> {
  if (kindOf(text) !== undefined) return text;
  const ofPrefix = and(eq(apiKeys.prefix, text), isOfPlace(place));
  const [key] = await place.directory.select({ id: apiKeys.id }).from(apiKeys).where(ofPrefix).limit(1);
  return key?.id ?? text;
}

/** In the installation's log keys of every workspace act: those of operators. */
const isOfPlace = ({ workspaceId }: Place): SQL | undefined => (workspaceId === installationId ? undefined : eq(apiKeys.workspaceId, workspaceId));

/** In the installation's log everybody with an account acts. */
const isKnownTo = ({ directory, workspaceId }: Place): SQL | undefined =>
  workspaceId === installationId ? undefined : isMember(directory, users.id, workspaceId);
