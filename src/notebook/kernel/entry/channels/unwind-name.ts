/** The name under which the cells' thread leaves what takes down Node's stack of callers. Not for cells. */
export const unwindName = "locallab.kernel.unwind";
