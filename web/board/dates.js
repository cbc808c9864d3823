// Days. A document has them as "2026-01-31"; here they are whole numbers, the days since 1970-01-01, which no
// time zone and no summer time can shift. Both ends of a period belong to it.

import { locale } from './language.js';

const dayMilliseconds = 24 * 60 * 60 * 1000;
const pattern = /^(\d{4})-(\d{1,2})-(\d{1,2})/;

// The day that a text names, or null. Times that follow the date, as in ISO 8601, are passed over.
export function dayOf(text) {
    const parts = typeof text === 'string' ? pattern.exec(text.trim()) : null;
    if (parts === null)
        return null;
    const [year, month, day] = parts.slice(1).map(Number);
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day); // Date.UTC takes the year 1 for 1901
    if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)
        return null;
    return date.getTime() / dayMilliseconds;
}

export function dayText(day) {
    return utc(day).toISOString().slice(0, 10);
}

export function today() {
    return dayOfLocalDate(new Date());
}

// For libraries that count in local time: the midnight that begins a day, and the day that a moment is in.
export function localDate(day) {
    const date = utc(day);
    return new Date(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
}

export function dayOfLocalDate(date) {
    return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / dayMilliseconds;
}

// 0 is Monday.
export function weekday(day) {
    return ((day + 3) % 7 + 7) % 7;
}

export function isWeekend(day) {
    return weekday(day) >= 5;
}

export function mondayOf(day) {
    return day - weekday(day);
}

// By Intl's options: { month: 'short', day: 'numeric' }, { weekday: 'short' } and so on.
export function dayShown(day, options = { year: 'numeric', month: 'short', day: 'numeric' }) {
    return formatter({ ...options, timeZone: 'UTC' }).format(utc(day));
}

export function periodShown(start, end) {
    if (start === null || end === null)
        return [start, end].filter((day) => day !== null).map((day) => dayShown(day)).join('');
    const options = { year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' };
    return formatter(options).formatRange(utc(start), utc(end));
}

// The moment of a revision, in local time: with the date, unless it is today.
export function momentShown(milliseconds) {
    const date = new Date(milliseconds);
    const time = { hour: '2-digit', minute: '2-digit' };
    const far = dayOfLocalDate(date) !== today();
    return formatter(far ? { year: 'numeric', month: 'short', day: 'numeric', ...time } : time).format(date);
}

// Making a formatter costs a thousand times what using it does.
const formatters = new Map();

function formatter(options) {
    const key = locale() + JSON.stringify(options);
    if (!formatters.has(key))
        formatters.set(key, new Intl.DateTimeFormat(locale(), options));
    return formatters.get(key);
}

function utc(day) {
    return new Date(day * dayMilliseconds);
}
