/** The place this notebook runs in, as its variables and its Jupyter server tell it. */
import { environment } from "../kernel/environment.js";
import { jupyterServerUrl } from "../kernel/jupyter-server.js";
import { type NotebookPlace, notebookPlace } from "./reachable-address.js";

/** Judged anew each time: a program may set its variables before it starts a lab. */
export const herePlace = (): NotebookPlace => notebookPlace({ env: environment(), serverUrl: jupyterServerUrl() });
