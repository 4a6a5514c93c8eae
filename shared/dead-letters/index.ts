export { dropDeadLetter } from "./drop-dead-letter.ts";
export { listDeadLetters } from "./list-dead-letters.ts";
export { parkMessage, parkOrStore, recoverStored } from "./park.ts";
export { type Resend, replayDeadLetter } from "./replay-dead-letter.ts";
export { DeadLetter, DeadLetterList, QueueName } from "./schemas.ts";
