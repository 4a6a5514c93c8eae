import { telling } from "../../../workers/meter.ts";

// Before each file of tests in workerd.

telling.byItself = false;
