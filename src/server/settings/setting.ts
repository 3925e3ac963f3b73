/** What is known of one setting. */

export type Environment = Readonly<Record<string, string | undefined>>;

export interface SettingSpec<Value> {
  /** Command-line flag without dashes; undefined for secrets and folders that only tests move. */
  readonly flag?: string;
  /** True for a list whose flag may be written more than once. Default false: the last one counts. */
  readonly isList?: boolean;
  readonly variable: string;
  /** What stands in `--help` and in the README. */
  readonly description: string;
  /** The default in words. */
  readonly defaultText: string;
  readonly parse: (text: string, name: string) => Value;
  readonly fallback: (env: Environment) => Value;
}
