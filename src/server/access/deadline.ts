/** A moment that comes, whatever happens to the clock on the wall. */

/** True once the moment is past by the wall's clock or by the time that went by; never again false. */
export type Deadline = () => boolean;

/**
 * A deadline at `at`, in milliseconds since 1970; null never comes.
 *
 * A clock that is set back delays nothing, since the time that went by counts too. A machine that slept is late by its
 * own measure, since the wall's clock counts too.
 */
export function deadline(at: number | null): Deadline {
  if (at === null) return () => false;
  const dueAt = performance.now() + (at - Date.now());
  let isPast = false;
  return () => {
    isPast ||= performance.now() >= dueAt || Date.now() >= at;
    return isPast;
  };
}
