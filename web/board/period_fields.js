// The two dates of an item, with what lies between them.

import { isWeekend } from './dates.js';
import { element } from './dom.js';
import { DateField } from './form_fields.js';
import { texts } from './language.js';

const t = texts({
    days: [(days, working) => `共 ${days} 天，其中工作日 ${working} 天`,
        (days, working) => `${days} ${days === 1 ? 'day' : 'days'}, ${working} of them working days`],
});

const mostDays = 100000; // of which nobody wants to know the working days

// -> { start, end, node }, two fields and the node that holds both.
export function periodFields() {
    const start = new DateField('startDate');
    const end = new DateField('endDate', { start });
    const length = element('output', { class: 'detail' });
    const lengthShow = () => {
        length.textContent = end.isBeforeStart ? end.problem(true) : lengthText(start.day, end.day);
        length.classList.toggle('wrong', end.isBeforeStart);
        end.recheck();
    };
    for (const field of [start, end])
        field.onchange = lengthShow;
    return { start, end, node: element('div', { class: 'editor-period' }, start.node, end.node, length) };
}

function lengthText(start, end) {
    if (start === null || end === null || end - start > mostDays)
        return '';
    const days = Array.from({ length: end - start + 1 }, (_, index) => start + index);
    return t('days', days.length, days.filter((day) => !isWeekend(day)).length);
}
