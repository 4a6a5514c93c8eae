import { AppError } from "../../platform/index.ts";

/** Writes something that two may do at once: who comes second finds it done, which is as good. @throws what `write` throws, when it is not done then */
export async function unlessDone(isDone: () => Promise<boolean>, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof AppError && error.code === "conflict" && (await isDone()))) throw error;
  }
}
