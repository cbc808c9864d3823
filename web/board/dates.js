// Days. A document has them as "2026-01-31"; here they are whole numbers, the days since 1970-01-01, which no
// time zone and no summer time can shift. Both ends of a period belong to it.

import { formatter } from './language.js';

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
    return formatter('DateTimeFormat', { ...options, timeZone: 'UTC' }).format(utc(day));
}

// Without the year, if it is this one.
export function dayShort(day) {
    const isThisYear = utc(day).getUTCFullYear() === new Date().getFullYear();
    return dayShown(day, { year: isThisYear ? undefined : 'numeric', month: 'short', day: 'numeric' });
}

export function periodShown(start, end) {
    if (start === null || end === null)
        return [start, end].filter((day) => day !== null).map((day) => dayShown(day)).join('');
    const options = { year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' };
    return formatter('DateTimeFormat', options).formatRange(utc(start), utc(end));
}

// Moments, such as revisions, in milliseconds, are shown in local time: with the date, unless it is today;
export function momentShown(milliseconds) {
    const date = new Date(milliseconds);
    const time = { hour: '2-digit', minute: '2-digit' };
    const far = dayOfLocalDate(date) !== today() ? { year: 'numeric', month: 'short', day: 'numeric' } : {};
    return formatter('DateTimeFormat', { ...far, ...time }).format(date);
}

// with date and seconds: "26 November 2026 at 14:03:22";
export function momentWhole(milliseconds) {
    return formatter('DateTimeFormat', { dateStyle: 'long', timeStyle: 'medium' }).format(milliseconds);
}

// and without the date: "14:03:22".
export function timeShown(milliseconds) {
    return formatter('DateTimeFormat', { timeStyle: 'medium' }).format(milliseconds);
}

function utc(day) {
    return new Date(day * dayMilliseconds);
}
