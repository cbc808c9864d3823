// The time axis of the chart: what a zoom level shows, and from which day to which.

import { dayOfLocalDate, dayShown, isWeekend, localDate, mondayOf, today } from './dates.js';
import { periodsSpan } from './plan.js';

// `dayWidth` is in pixels, `unitDays` is what a column has; a margin in days is kept before the first and behind the
// last bar.
const levels = {
    day: { dayWidth: 38, unitDays: 1, before: 21, after: 42 },
    week: { dayWidth: 12, unitDays: 7, before: 42, after: 98 },
    month: { dayWidth: 96 / 30.4, unitDays: 30.4, before: 122, after: 365 },
};

export const zooms = Object.keys(levels);

// Dates further away than this are shown in the grid alone: a year 9999 would make an axis that nobody can use.
const farthest = 3650;

const units = {
    day: [
        { unit: 'month', format: named({ year: 'numeric', month: 'short' }) },
        { unit: 'day', format: dayName, css: dayClass },
    ],
    week: [
        { unit: 'month', format: named({ year: 'numeric', month: 'short' }) },
        { unit: 'week', format: weekName, css: (date) => todayClass(dayOfLocalDate(date), 7) },
    ],
    month: [
        { unit: 'year', format: named({ year: 'numeric' }) },
        { unit: 'month', format: named({ month: 'short' }), css: monthClass },
    ],
};

// As the library wants it.
export function scalesOf(zoom) {
    return units[zoom].map((scale) => ({ step: 1, column_width: unitWidth(zoom), ...scale }));
}

// As the style sheet wants it, for the lines and the weekends below all rows; months are too long for the latter.
export function axisSizes(zoom) {
    return { '--unit': `${unitWidth(zoom)}px`, '--day': zoom === 'month' ? '0px' : `${levels[zoom].dayWidth}px` };
}

function unitWidth(zoom) {
    return levels[zoom].dayWidth * levels[zoom].unitDays;
}

// The days to show so that all bars, and today, have room around them and the width is filled. What was shown before
// stays, as long as it is enough: an axis that grows with every change would move under the person's hands.
export function rangeOf(rows, zoom, width, shown) {
    const { dayWidth, before, after } = levels[zoom];
    const day = today();
    const near = (one) => Math.min(day + farthest, Math.max(day - farthest, one));
    const span = periodsSpan([...rows, { start: day, end: day }]);
    const [first, last] = [near(span.start), near(span.end)];
    const isEnough = shown !== null && shown.zoom === zoom && shown.start <= first - before / 3 &&
        shown.end >= last + after / 3 && (shown.end - shown.start) * dayWidth >= width;
    if (isEnough)
        return shown;
    const start = mondayOf(first - before);
    return { zoom, start, end: Math.max(last + after, start + Math.ceil(width / dayWidth) + 7) };
}

// The days that a library's moment is nearest to the beginning of.
export function nearestDay(date) {
    return dayOfLocalDate(new Date(date.getTime() + 12 * 60 * 60 * 1000));
}

// A period with both its ends, as the library's: up to the midnight after.
export function barDates(start, end) {
    return { start_date: localDate(start), end_date: localDate(end + 1) };
}

function named(options) {
    return (date) => dayShown(dayOfLocalDate(date), options);
}

function dayName(date) {
    return `${dayShown(dayOfLocalDate(date), { weekday: 'narrow' })} ${date.getDate()}`;
}

function weekName(date) {
    return `${date.getDate()}–${localDate(dayOfLocalDate(date) + 6).getDate()}`;
}

function dayClass(date) {
    const day = dayOfLocalDate(date);
    return `${isWeekend(day) ? 'scale-weekend' : ''} ${todayClass(day, 1)}`;
}

function monthClass(date) {
    const days = dayOfLocalDate(new Date(date.getFullYear(), date.getMonth() + 1, 1)) - dayOfLocalDate(date);
    return todayClass(dayOfLocalDate(date), days);
}

function todayClass(day, days) {
    return today() >= day && today() < day + days ? 'scale-today' : '';
}
