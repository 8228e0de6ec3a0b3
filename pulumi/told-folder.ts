/** Names the stack's file for a preview by another one (`--config-file`), of which the program hears nothing. */
export const stackFileVariable = "WEBNET_STACK_FILE";

/** Names the folder of Pulumi.yaml. Only newer language hosts tell the program of it, if its `main` is elsewhere. */
export const projectFolderVariable = "WEBNET_PROJECT_FOLDER";
