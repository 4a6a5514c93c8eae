import { liveOf } from "../../durable-objects/stubs.ts";
import { databaseFor, directoryDatabase } from "../../shared/db/client.ts";
import { sendJob } from "../../shared/jobs/index.ts";
import { type Publication, publishAll } from "../../shared/live/index.ts";
import { type Delivered, notify, type TellingEvent } from "../../shared/notifications/index.ts";
import { configOf, type DueJob, systemClock } from "../../shared/platform/index.ts";

/** What follows for people from an event that concerns them: their notifications, on their open pages too, and the e-mails that they want of it. */
export async function tellReaders(event: TellingEvent, env: Env): Promise<void> {
  const { workspaceId } = event;
  const dueJobs: DueJob[] = [];
  const deps = {
    db: databaseFor(env, workspaceId),
    directory: directoryDatabase(env),
    now: systemClock,
    dueJobs,
    sendsMail: configOf(env).mail.via !== "nothing",
  };
  const delivered = await notify(deps, event);
  for (const due of dueJobs) await sendJob(env.WORK, due.workspaceId, due.jobId);
  await publishAll(liveOf(env), workspaceId, delivered.map(toPublication));
}

/** An event that is handled twice is shown once, by its key. */
const toPublication = ({ userId, notification, unread }: Delivered): Publication => ({
  topic: "me",
  userId,
  event: { type: "notification.created", notification, unread },
  at: notification.createdAt,
  key: notification.id,
});
