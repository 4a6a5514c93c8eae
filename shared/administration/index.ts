export { disconnectUser } from "./disconnect-user.ts";
export { listUsers } from "./list-users.ts";
export { listWorkspaces } from "./list-workspaces.ts";
export { reshardWorkspace } from "./reshard-workspace.ts";
export {
  Disconnected,
  DisconnectInput,
  ListUsersQuery,
  ListWorkspacesQuery,
  ReshardInput,
  UserEntryList,
  WorkspaceEntry,
  WorkspaceEntryList,
} from "./schemas.ts";
