import type { NextStep } from "./schemas.ts";

/**
 * What to ask somebody for who has typed their address. The same for every address: nothing is looked up, or this would tell who has an account.
 */
export function nextStep(): NextStep {
  return { next: "password" };
}
