const mostSigned = 2n ** 63n - 1n;
const leastSigned = -(2n ** 63n);
const mostUnsigned = 2n ** 64n - 1n;

const decimal = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
/** A number that begins with a dot; underscores may separate its digits. */
const afterDot = /^\.\d+(?:_\d+)*(?:[eE][-+]?\d+(?:_\d+)*)?$/;
const time =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:([Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)?)?$/;

/** The number that a text without quotes stands for; undefined if it is no number. */
export function numberOf(text: string): number | bigint | undefined {
  if (text.startsWith(".")) return afterDot.test(text) ? finite(Number(text.replaceAll("_", ""))) : undefined;
  if (!/^[-+\d]/.test(text)) return undefined;
  const plain = text.replaceAll("_", "");
  const whole = wholeOf(plain);
  if (whole !== undefined) return whole;
  if (decimal.test(plain)) return finite(Number(plain));
  return oddlySigned(plain);
}

/** A whole number as Go reads it: a leading 0 makes it octal. */
function wholeOf(text: string): bigint | undefined {
  const [, sign = "", digits = ""] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  const literal = literalOf(digits);
  if (literal === undefined) return undefined;
  const value = sign === "-" ? -literal : literal;
  if (value >= leastSigned && value <= mostSigned) return value;
  return sign === "" && value <= mostUnsigned ? value : undefined;
}

function literalOf(digits: string): bigint | undefined {
  if (/^(?:0x[\da-f]+|0b[01]+|0o[0-7]+|0|[1-9]\d*)$/i.test(digits)) return BigInt(digits.toLowerCase());
  return /^0[0-7]+$/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : undefined;
}

/** Pulumi's YAML reader accepts a sign after 0b and 0o. */
function oddlySigned(text: string): bigint | undefined {
  const [, kind, sign, digits = ""] = /^(0[bo])([-+])(\d+)$/.exec(text) ?? [];
  const isOfKind = kind === "0b" ? /^[01]+$/ : /^[0-7]+$/;
  if (kind === undefined || !isOfKind.test(digits)) return undefined;
  const value = BigInt(`${kind}${digits}`);
  return sign === "-" ? -value : value;
}

// A value that is too large for a number stays a text. Adding 0 turns a negative zero into 0.
function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value + 0 : undefined;
}

/** The date that a text without quotes stands for, as Pulumi writes it; undefined if it is no date. */
export function timeOf(text: string): string | undefined {
  const match = time.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, joint, hour = "0", minute = "0", second = "0", fraction = "", zone] = match;
  // After a space a zone is not allowed; after a T it is required.
  if (joint !== undefined && (joint === " ") !== (zone === undefined)) return undefined;
  const two = (part: string | undefined): string => (part ?? "").padStart(2, "0");
  const date = `${year ?? ""}-${two(month)}-${two(day)}`;
  const clock = [hour, minute, second].map(two).join(":");
  if (!isMoment(date, clock, zone)) return undefined;
  const part = fraction.slice(0, 9).replace(/0+$/, "");
  const offset = zone === undefined || zone === "Z" ? "+0000" : zone.replace(":", "");
  const name = offset === "+0000" ? "UTC" : offset;
  return `${date} ${clock}${part === "" ? "" : `.${part}`} ${offset} ${name}`;
}

function isMoment(date: string, clock: string, zone: string | undefined): boolean {
  const moment = new Date(`${date}T${clock}Z`);
  if (Number.isNaN(moment.getTime()) || !moment.toISOString().startsWith(`${date}T${clock}`)) return false;
  const [hours = 0, minutes = 0] = (zone === undefined || zone === "Z" ? "0:0" : zone.slice(1))
    .split(":")
    .map(Number);
  return hours <= 24 && minutes < 60;
}
