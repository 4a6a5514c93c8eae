import type { ApiClient } from "../../client/index.ts";
import { idPattern } from "../../shared/platform/index.ts";
import type { Schedule } from "../../shared/schedules/index.ts";
import { UsageError } from "../errors.ts";
import { whenText } from "./schedule-text.ts";

const scheduleId = idPattern("schedule");

/** Id of the schedule that somebody means by its id or its name; upper and lower case are the same. Throws `UsageError`, which lists those that could be meant. */
export async function scheduleNamed(client: Pick<ApiClient, "listSchedules">, typed: string): Promise<string> {
  if (scheduleId.test(typed)) return typed;
  const found: Schedule[] = [];
  for await (const schedule of client.listSchedules()) if (schedule.name.toLowerCase() === typed.toLowerCase()) found.push(schedule);
  const [one, another] = found;
  if (one === undefined) throw new UsageError(`There is no schedule with the name "${typed}"; mentha schedules list shows them`);
  if (another === undefined) return one.id;
  throw new UsageError([`Several schedules have the name "${typed}". Give an id:`, ...found.map((each) => `  ${each.id}  ${whenText(each)}`)].join("\n"));
}

/** A schedule as somebody typed it, and its id where that is another thing. */
export const asTyped = (typed: string, id: string): string => (typed === id ? id : `"${typed}" (${id})`);
