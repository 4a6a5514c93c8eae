/** What to do where there is no workflow, or not any more. */
export const makeWorkflow = "Make a workflow in Teams that starts when a webhook request is received, and give its address.";

const connectors = /(?:^|\.)(?:webhook\.office\.com|outlook\.office\.com|outlook\.office365\.com)$/;

/** What is wrong with the address of a connector, which Microsoft retired in 2026; null for any other. */
export const refusesConnector = ({ hostname }: URL): string | null =>
  connectors.test(hostname) ? `Microsoft retired connectors at this address. ${makeWorkflow}` : null;
