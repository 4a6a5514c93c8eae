export { countTroubles } from "./count-troubles.ts";
export { digestDeadLettersWith } from "./digest-dead-letters.ts";
export { dropDeadLetter } from "./drop-dead-letter.ts";
export { eraseDeadLetters } from "./erase-dead-letters.ts";
export { listDeadLetters } from "./list-dead-letters.ts";
export { parkOrStore, recoverStored } from "./park.ts";
export { replayDeadLetter } from "./replay-dead-letter.ts";
export { DeadLetterList, QueueName } from "./schemas.ts";
