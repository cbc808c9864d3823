// What is printed: the plan as a sheet of its own, one table with a bar for each project and task, which pages can be
// cut from. It is made when the browser is about to print, whoever asked for it, and is not seen on the screen. What
// the schedule's filter leaves out is left out here.

import { currentView } from './address.js';
import { colorOf } from './colors.js';
import { dayOf, dayShown, dayText, mondayOf, periodShown, today } from './dates.js';
import { element, shape } from './dom.js';
import { filterOfAddress } from './filter_bar.js';
import { texts } from './language.js';
import { namesOf, periodOf, progressOf, projectPeriod, textOf, typeOf } from './plan.js';
import { isFiltering, noFilter, planFiltered, typeChoices } from './plan_filter.js';
import { memberName, statusName, statusNode, unnamed } from './terms.js';

const t = texts({
    title: ['项目排期', 'Schedule'],
    printed: [(day) => `打印于 ${day}`, (day) => `Printed ${day}`],
    filtered: [(what) => `仅包含符合筛选的内容：${what}`, (what) => `Only what passes the filter: ${what}`],
    counts: [(projects, tasks) => `${projects} 个项目，${tasks} 个任务`,
        (projects, tasks) => `Projects: ${projects}, tasks: ${tasks}`],
    strays: ['不属于任何项目的任务', 'Tasks of no project'],
    nothing: ['没有可打印的项目', 'There is nothing to print'],
    what: ['项目 / 任务', 'Project / task'],
    people: ['人员', 'People'],
    dates: ['日期', 'Dates'],
    today: ['今天', 'Today'],
    separator: ['、', ', '],
    types: ['任务类型', 'Task types'],
});

let keeper = null;

// From now on, printing shows the keeper's document.
export function printWatch(itsKeeper) {
    keeper = itsKeeper;
    window.addEventListener('beforeprint', sheetShow);
}

export function sheetPrint() {
    sheetShow();
    window.print();
}

// It stays until the next one: on telephones print() returns, and 'afterprint' comes, before anything is printed.
function sheetShow() {
    document.querySelector('.print-sheet')?.remove();
    if (keeper.document !== null)
        document.body.append(sheetNode(keeper.document, today()));
}

function sheetNode(document, day) {
    const filter = currentView() === 'schedule' ? filterOfAddress() : noFilter;
    const found = planFiltered(document, filter);
    const groups = [...found.projects];
    if (found.strays.length > 0)
        groups.push({ project: null, tasks: found.strays });
    const range = rangeOf(groups);
    const facts = [t('printed', dayShown(day)), range === null ? '' : periodShown(range.start, range.end),
        t('counts', found.projects.length, found.taskCount)];
    return element('article', { class: 'print-sheet' },
        element('header', {}, element('h1', {}, t('title')),
            element('p', {}, facts.filter(Boolean).join(' · ')),
            isFiltering(filter) ? element('p', {}, t('filtered', filterText(document, filter))) : null,
            legendNode(document, groups)),
        groups.length === 0 ? element('p', {}, t('nothing')) : tableNode(document, groups, range, day));
}

function filterText(document, { search, statuses, types, people }) {
    const typeNames = new Map(typeChoices(document));
    return [search.trim(), statuses.map(statusName), types.map((type) => typeNames.get(type) ?? type), people]
        .map((criterion) => [criterion].flat().join(t('separator'))).filter(Boolean).join(' + ');
}

// From the first day to the last that there is a bar on, or null.
function rangeOf(groups) {
    const periods = groups.flatMap(({ project, tasks }) =>
        [...project === null ? [] : [projectPeriod(project)], ...tasks.map(({ item }) => periodOf(item))])
        .filter(({ start }) => start !== null);
    if (periods.length === 0)
        return null;
    const start = periods.reduce((first, period) => Math.min(first, period.start), Infinity);
    const end = periods.reduce((last, period) => Math.max(last, period.end), -Infinity);
    return { start, end, days: end - start + 1 };
}

function legendNode(document, groups) {
    const types = new Map(groups.flatMap(({ tasks }) => tasks).map(({ item }) => typeOf(document, item))
        .filter((type) => textOf(type.name) !== '').map((type) => [textOf(type.name) + colorOf(type), type]));
    return types.size === 0 ? null : element('ul', { class: 'print-legend', 'aria-label': t('types') },
        [...types.values()].map((type) => element('li', {},
            element('i', { style: { background: colorOf(type) } }), textOf(type.name))));
}

function tableNode(document, groups, range, day) {
    const widths = ['name', 'status', 'progress', 'people', 'dates', 'bars'];
    const heads = [t('what'), memberName('status'), memberName('progress'), t('people'), t('dates')];
    const scale = scaleOf(range);
    const axis = { range, lines: linesNode(scale, range, day) };
    return element('table', {},
        element('colgroup', {}, widths.map((name) => element('col', { class: `print-${name}` }))),
        element('thead', {}, element('tr', {}, heads.map((head) => element('th', { scope: 'col' }, head)),
            element('td', {}, scaleNode(scale, range, day)))),
        groups.map(({ project, tasks }) => element('tbody', {},
            project === null ? strayRow() : projectRow(project, axis),
            tasks.map(({ item }) => taskRow(document, item, axis)))));
}

function projectRow(project, axis) {
    const { item } = project;
    return rowNode('print-project', item, {
        name: [element('strong', {}, nameOf(item)), note(item.remark)],
        people: [item.owner, item.productManager, item.pmo].flatMap(namesOf),
        bar: { period: projectPeriod(project), color: '#4a5462', axis },
    });
}

function taskRow(document, task, axis) {
    const type = typeOf(document, task);
    return rowNode('print-task', task, {
        name: [nameOf(task), note(type.name)],
        people: namesOf(task.assignees),
        bar: { period: periodOf(task), color: colorOf(type), axis },
    });
}

function note(text) {
    return textOf(text) === '' ? null : [' ', element('small', {}, textOf(text))];
}

function strayRow() {
    return element('tr', { class: 'print-project' }, element('th', { scope: 'rowgroup', colspan: '6' }, t('strays')));
}

function rowNode(kind, item, { name, people, bar }) {
    const { start, end } = bar.period;
    return element('tr', { class: kind },
        element('th', { scope: 'row' }, name),
        element('td', {}, statusNode(item)),
        element('td', {}, `${Math.round(progressOf(item))}%`),
        element('td', {}, [...new Set(people)].join(t('separator'))),
        element('td', { class: 'print-period' }, periodShown(start, end)),
        element('td', { class: 'print-lane' }, bar.axis.lines.cloneNode(true),
            start === null ? null : barNode(item, bar)));
}

function barNode(item, { period: { start, end }, color, axis: { range } }) {
    const place = { left: percent(start - range.start, range), width: percent(end - start + 1, range) };
    return element('i', { class: 'print-bar', style: { ...place, '--color': color } },
        element('i', { style: { width: `${progressOf(item)}%` } }));
}

function nameOf(item) {
    return textOf(item.name).trim() === '' ? unnamed() : textOf(item.name);
}

// Lines across the bars: by days, weeks, months or years, so that there are some, but not too many.
const scales = [
    { most: 14, first: (day) => day, next: (day) => day + 1, label: { month: 'numeric', day: 'numeric' } },
    { most: 190, first: mondayOf, next: (day) => day + 7, label: { month: 'short', day: 'numeric' } },
    { most: 1100, first: monthOf, next: (day) => monthOf(day + 31), label: { year: 'numeric', month: 'short' } },
    { most: Infinity, first: yearOf, next: (day) => yearOf(day + 366), label: { year: 'numeric' } },
];
const linesMost = 40;
const labelsMost = 9;

// -> { lines, label }: days, and how they are shown. No line is where the bars begin.
function scaleOf(range) {
    if (range === null)
        return { lines: [], label: {} };
    const { first, next, label } = scales.find(({ most }) => range.days <= most);
    const lines = [];
    for (let day = first(range.start); day !== null && day <= range.end; day = next(day)) {
        if (day > range.start)
            lines.push(day);
    }
    const step = Math.ceil(lines.length / linesMost);
    return { lines: lines.filter((_, index) => index % step === 0), label };
}

function monthOf(day) {
    return dayOf(`${dayText(day).slice(0, 7)}-01`);
}

function yearOf(day) {
    return dayOf(`${dayText(day).slice(0, 4)}-01-01`);
}

// A drawing behind the bars of a row. Of backgrounds, thousands of gradients would make a file of many megabytes.
function linesNode({ lines }, range, day) {
    const path = (days) => ({ d: days.map((line) => `M${line - range.start} 0v1`).join('') });
    return shape('svg', {
        class: 'print-lines', viewBox: `0 0 ${range?.days ?? 1} 1`, preserveAspectRatio: 'none', 'aria-hidden': 'true',
    },
    shape('path', path(lines)),
    isInRange(range, day) ? shape('path', { class: 'print-today', ...path([day + 0.5]) }) : []);
}

function scaleNode({ lines, label }, range, day) {
    const step = Math.ceil(lines.length / labelsMost);
    const labels = lines.filter((_, index) => index % step === 0).map((line) =>
        element('span', { style: { left: percent(line - range.start, range) } }, dayShown(line, label)));
    const mark = isInRange(range, day) &&
        element('b', { style: { left: percent(day + 0.5 - range.start, range) } }, t('today'));
    return element('div', { class: 'print-scale' }, labels, mark);
}

function isInRange(range, day) {
    return range !== null && day >= range.start && day <= range.end;
}

function percent(days, range) {
    return `${(days / range.days * 100).toFixed(3)}%`;
}
