// Drawings are made as elements are, from parts.

const namespace = 'http://www.w3.org/2000/svg';

export function shape(name, attributes, ...children) {
    const made = document.createElementNS(namespace, name);
    for (const [attribute, value] of Object.entries(attributes))
        made.setAttribute(attribute, value);
    made.append(...children.flat());
    return made;
}
