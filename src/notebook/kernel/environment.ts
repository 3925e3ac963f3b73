/** The one reader of the environment in this room; the server's settings are read by the server. */

/** The environment as a child process gets it. */
// biome-ignore lint/style/noProcessEnv: this file is where the notebook reads it
export const environment = (): NodeJS.ProcessEnv => process.env;

/** "text" when LOCALLAB_DISPLAY asks for text instead of HTML; undefined leaves the choice to the place. */
export const displayWish = (): "text" | undefined => (environment().LOCALLAB_DISPLAY === "text" ? "text" : undefined);
