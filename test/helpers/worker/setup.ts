import { vi } from "vitest";
import { telling } from "../../../workers/meter.ts";

// Before each file of tests in workerd.

telling.byItself = false;

/** In ms. Files run beside each other, more of them than there are processors: what comes soon may come late. */
const patienceMs = 20_000;
const { waitFor } = vi;
vi.waitFor = (callback, options = patienceMs) => waitFor(callback, options);
