export { deleteMe, deleteUser } from "./delete-person.ts";
export { deleteWorkspace } from "./delete-workspace.ts";
export { erasePersonWith } from "./erase-person.ts";
export { eraseWorkspaceWith } from "./erase-workspace.ts";
export { exportPerson } from "./export-person.ts";
export { exportWorkspace } from "./export-workspace.ts";
export { DeleteMeInput, DeleteWorkspaceInput, PersonalData } from "./schemas.ts";
