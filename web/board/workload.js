// Who is on how many tasks on which day: the figures behind the view of the people.

import { dayOf, dayText, isWeekend, mondayOf } from './dates.js';
import { byName } from './language.js';
import { namesOf, periodOf, planOf, statusOf, textOf } from './plan.js';

// The name of the row of the running tasks that no one is on. No person has it: plan.js gives no empty names.
export const nobody = '';

const levels = 3;

// -> rows [{ name, tasks, others, counts, totals, overloads, load }], sorted by `range.sort`, 'name' or 'load'; one for
// each name that is on a task, and one for nobody if there is something in it.
//
// What counts are tasks that are not completed, with a period in the range of `days` days from `start`. With a
// `project` (its id as a text, '' for all), `tasks` and `counts` are of that project alone and `others` are what the
// same people do elsewhere; `totals` are always of everything, for it is everything together that is too much. `counts`
// and `totals` are per day, and 0 on weekends; `overloads` is the number of days on which more than `limit` tasks run,
// `load` the sum of `counts`.
export function workloadOf(document, range) {
    const rows = new Map();
    for (const task of planOf(document).tasks) {
        const names = new Set(namesOf(task.item.assignees));
        for (const name of names.size > 0 ? names : [nobody]) {
            if (!rows.has(name))
                rows.set(name, rowMake(name, range.days));
            taskCount(rows.get(name), task, range);
        }
    }
    const found = [...rows.values()].filter((row) => row.name === nobody ? row.tasks.length > 0 : row.isShown);
    for (const row of found) {
        row.load = row.counts.reduce((sum, count) => sum + count, 0);
        row.overloads = row.counts.filter((count, index) => isOverload(row, index, range.limit)).length;
    }
    return found.sort((left, right) => (left.name === nobody) - (right.name === nobody) ||
        (range.sort === 'load' ? byLoad(left, right) : 0) || byName(left.name, right.name));
}

export function isOverload(row, index, limit) {
    return row.name !== nobody && row.counts[index] > 0 && row.totals[index] > limit;
}

// How dark a number of tasks is shown: from 0 for none to 3 for all that the limit allows.
export function levelOf(count, limit) {
    return Math.min(levels, Math.ceil(count / limit * levels));
}

export function isRunning({ item }, first, last) {
    const { start, end } = periodOf(item);
    return start !== null && start <= last && end >= first;
}

// The week's number in its year, by ISO 8601: a week belongs to the year that its Thursday is in.
export function weekNumber(day) {
    const thursday = mondayOf(day) + 3;
    return Math.floor((thursday - dayOf(`${dayText(thursday).slice(0, 4)}-01-01`)) / 7) + 1;
}

function rowMake(name, days) {
    return { name, isShown: false, tasks: [], others: [], counts: Array(days).fill(0), totals: Array(days).fill(0) };
}

function taskCount(row, task, { start, days, project }) {
    const isShown = project === '' || textOf(task.item.projectId) === project;
    row.isShown ||= isShown;
    if (statusOf(task.item) === 'completed' || !isRunning(task, start, start + days - 1))
        return;
    row[isShown ? 'tasks' : 'others'].push(task);
    const period = periodOf(task.item);
    const last = Math.min(period.end, start + days - 1);
    for (let day = Math.max(period.start, start); day <= last; day++) {
        if (isWeekend(day))
            continue;
        row.totals[day - start]++;
        row.counts[day - start] += isShown ? 1 : 0;
    }
}

function byLoad(left, right) {
    return right.overloads - left.overloads || right.load - left.load;
}
