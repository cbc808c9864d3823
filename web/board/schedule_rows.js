// The rows of the schedule, from what passes the filter: projects with their tasks below them, and tasks of no
// project below a row of their own, so that nothing that is stored is hidden. A row holds all that is shown of it, and
// nothing else: rows that are equal look alike.

import { colorOf, inkOn } from './colors.js';
import { namesShown } from './language.js';
import { namesOf, periodOf, progressOf, projectPeriod, statusOf, textOf, typeOf } from './plan.js';
import { nameOf, straysName } from './terms.js';

// `isClosed(row)` tells whether the rows below are folded away.
//
// -> [{ id, parent, kind: 'project' | 'task' | 'strays', key, tag, name, status, start, end, hasOwnDates, progress,
// color, ink, people, count, isOpen, isContext }]. `id` is unique among all rows, `key` is that of the item and `tag`
// what names it in an address; start and end are days or null; `hasOwnDates` is false where the tasks' dates stand for
// a project's; `count` says "2/7" where the filter hides tasks; `isContext` marks what is shown for the sake of its
// tasks only.
export function scheduleRows(document, found, isClosed) {
    const rows = [];
    for (const { project, tasks, passes } of found.projects) {
        const row = projectRow(project, tasks, passes);
        rows.push({ ...row, isOpen: !isClosed(row) }, ...tasks.map((task) => taskRow(document, task, row)));
    }
    if (found.strays.length > 0)
        rows.push(...strayRows(document, found.strays, isClosed));
    return rows;
}

function projectRow(project, tasks, passes) {
    const { key, item } = project;
    return {
        id: `project ${key}`, parent: null, kind: 'project', key, ...itemParts(item), ...projectPeriod(project),
        hasOwnDates: periodOf(item).start !== null, color: null, ink: null,
        people: namesShown(namesOf(item.owner)),
        count: tasks.length === project.tasks.length ? '' : `${tasks.length}/${project.tasks.length}`,
        isContext: !passes,
    };
}

function taskRow(document, { key, item }, parent) {
    const color = colorOf(typeOf(document, item));
    const period = periodOf(item);
    return {
        id: `task ${key}`, parent: parent.id, kind: 'task', key, ...itemParts(item), ...period,
        hasOwnDates: period.start !== null, color, ink: inkOn(color),
        people: namesShown(namesOf(item.assignees)), count: '', isOpen: false, isContext: false,
    };
}

function strayRows(document, strays, isClosed) {
    const row = {
        id: 'strays', parent: null, kind: 'strays', key: null, tag: '-', name: straysName(), status: null,
        start: null, end: null, hasOwnDates: false, progress: 0, color: null, ink: null, people: '', count: '',
        isContext: true,
    };
    return [{ ...row, isOpen: !isClosed(row) }, ...strays.map((task) => taskRow(document, task, row))];
}

function itemParts(item) {
    return {
        tag: textOf(item.id) || textOf(item.name).trim(), name: nameOf(item), status: statusOf(item),
        progress: Math.round(progressOf(item)),
    };
}

export function rowsAlike(left, right) {
    return Object.keys(left).every((name) => left[name] === right[name]);
}
