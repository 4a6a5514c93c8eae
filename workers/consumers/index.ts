import { QueueName } from "../../shared/dead-letters/index.ts";
import type { Outcome } from "../../shared/metrics/index.ts";
import { AppError, backoffSeconds, createLog, createSemaphore, errorFields, mostConnections, reportFault, systemClock } from "../../shared/platform/index.ts";
import { measureMessage } from "../meter.ts";
import { analysePages } from "./analysis.ts";
import type { BatchConsumer, Consumer, Delivery } from "./consumer.ts";
import { park } from "./dead-letters.ts";
import { fanOutTogether } from "./events.ts";
import { deliverEvents } from "./webhooks.ts";
import { runJobs } from "./work.ts";

const oneByOne =
  (consume: Consumer): BatchConsumer =>
  (delivery) =>
  (body) =>
    consume(body, delivery);

const consumers: Record<QueueName, BatchConsumer> = {
  events: fanOutTogether,
  analysis: oneByOne(analysePages),
  work: oneByOne(runJobs),
  webhooks: oneByOne(deliverEvents),
  "webhooks-slow": oneByOne(deliverEvents),
};

/** The name of a queue in the account ends with the product's name for it, and with `-dlq` when it holds what that one gave up. */
const accountName = new RegExp(`^(?:.+-)?(${QueueName.options.join("|")})(-dlq)?$`);

/** Works through one delivered batch, its messages side by side; each is settled by itself. */
export async function queue(batch: MessageBatch, env: Env, context: ExecutionContext): Promise<void> {
  const { name, holdsDeadLetters } = queueOf(batch.queue);
  if (holdsDeadLetters) return await keepDeadLetters(name, batch, { env, context });
  const { run } = createSemaphore(mostConnections);
  const delivery: Delivery = { env, context, withConnection: run };
  const consume = consumers[name](delivery);
  await Promise.all(batch.messages.map((message) => measured(name, delivery, () => settle(name, message, { ...delivery, consume }))));
}

/** Measures what becomes of a message, and how long that takes. */
async function measured(queue: QueueName, { env, context }: Pick<Delivery, "env" | "context">, work: () => Promise<Outcome>): Promise<void> {
  const startedAt = systemClock();
  // A message whose end could not even be stored comes again.
  let outcome: Outcome = "retried";
  try {
    outcome = await work();
  } finally {
    measureMessage(env, context, queue, { outcome, ms: systemClock() - startedAt });
  }
}

/** What a queue of the account is to the product: `events` for `mentha-events`. Throws for one that is none of ours. */
function queueOf(nameInAccount: string): { name: QueueName; holdsDeadLetters: boolean } {
  const [, name, suffix] = accountName.exec(nameInAccount) ?? [];
  if (name === undefined) throw new AppError("internal", `No consumer is known for the queue "${nameInAccount}"; workers/consumers/index.ts lists them.`);
  return { name: QueueName.parse(name), holdsDeadLetters: suffix !== undefined };
}

interface Settling extends Delivery {
  readonly consume: (body: unknown) => Promise<void>;
}

async function settle(queue: QueueName, message: Message, delivery: Settling): Promise<Outcome> {
  try {
    await delivery.consume(message.body);
    message.ack();
    return "done";
  } catch (cause) {
    const error = AppError.from(cause);
    reportFault(delivery, "message failed", cause, { queue, messageId: message.id, attempt: message.attempts });
    if (error.retryable) {
      message.retry({ delaySeconds: backoffSeconds(message.attempts) });
      return "retried";
    }
    await park(delivery.env, queue, message, error);
    message.ack();
    return "parked";
  }
}

/** Stores what a queue gave up. A message that cannot be stored now is retried: nothing leaves a dead-letter queue unseen. */
async function keepDeadLetters(queue: QueueName, batch: MessageBatch, delivery: Pick<Delivery, "env" | "context">): Promise<void> {
  const usedUp = new AppError("unavailable", "Every retry failed; the log says why.");
  const keep = async (message: Message): Promise<Outcome> => {
    try {
      await park(delivery.env, queue, message, usedUp);
      message.ack();
      return "parked";
    } catch (error) {
      createLog().error("dead letter could not be stored", { queue, messageId: message.id, ...errorFields(error) });
      message.retry();
      return "retried";
    }
  };
  await Promise.all(batch.messages.map((message) => measured(queue, delivery, () => keep(message))));
}
