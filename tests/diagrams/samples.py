"""One diagram of each kind that is drawn, with all its labels."""

from __future__ import annotations

SAMPLES: dict[str, tuple[str, str, list[str]]] = {
    "flowchart": (
        "mermaid",
        'flowchart TD\n    A[Browser] -->|"GET /"| B{{Flask}}\n    B --> C[(db)]\n    subgraph one [A box]\n    C --> D((浏览器))\n    end',
        ["Browser", "GET /", "Flask", "db", "A box", "浏览器"],
    ),
    "sequence": (
        "mermaid",
        (
            "sequenceDiagram\n    participant C as Client\n    C->>S: GET /\n    S-->>C: 200 OK\n    Note over C,S: both know\n"
            "    loop daily\n    C->>C: think\n    end"
        ),
        ["Client", "S", "GET /", "200 OK", "both know", "loop", "[daily]", "think"],
    ),
    "class": (
        "mermaid",
        "classDiagram\n    class Animal {\n        +String name\n        +eat() void\n    }\n    Animal <|-- Dog : is",
        ["Animal", "+String name", "+eat() : void", "Dog", "is"],
    ),
    "state": (
        "mermaid",
        "stateDiagram-v2\n    [*] --> Open\n    Open --> Closed: close it\n    Closed --> [*]",
        ["Open", "Closed", "close it"],
    ),
    "er": (
        "mermaid",
        "erDiagram\n    USER ||--o{ POST : writes\n    USER {\n        int id PK\n        string name\n    }",
        ["USER", "POST", "writes", "int", "id", "PK", "string", "name"],
    ),
    "pie": ("mermaid", 'pie title Pets\n    "Dogs" : 30\n    "Cats" : 70', ["Pets", "Dogs", "Cats", "30%", "70%"]),
    "gantt": (
        "mermaid",
        "gantt\n    title Plan\n    dateFormat YYYY-MM-DD\n    section First\n    Build it :a, 2024-01-01, 30d\n    Sell it :after a, 20d",
        ["Plan", "First", "Build it", "Sell it"],
    ),
    "mindmap": ("mermaid", "mindmap\n  root((Flask))\n    Views\n    Templates", ["Flask", "Views", "Templates"]),
    "timeline": (
        "mermaid",
        "timeline\n    title Years\n    2010 : Flask\n    2018 : Flask 1.0",
        ["Years", "2010", "Flask", "2018", "Flask 1.0"],
    ),
    "journey": (
        "mermaid",
        "journey\n    title My day\n    section Work\n      Make tea: 5: Me",
        ["My day", "Work", "Make tea", "Me"],
    ),
    "git": (
        "mermaid",
        'gitGraph\n    commit id: "one"\n    branch dev\n    commit id: "two" tag: "v1"',
        ["main", "dev", "one", "two", "v1"],
    ),
    "quadrant": (
        "mermaid",
        "quadrantChart\n    title Reach\n    x-axis Low --> High\n    y-axis Bad --> Good\n    quadrant-1 Expand\n    Campaign: [0.3, 0.6]",
        ["Reach", "Low", "High", "Bad", "Good", "Expand", "Campaign"],
    ),
    "dot": (
        "dot",
        (
            'digraph {\n    rankdir=LR\n    a [label="the browser"]\n    a -> "应用 & <b>" [label="asks"]\n'
            '    subgraph cluster_x { label="a box"; c [shape=record, label="<l> left|right"] }\n    a -> c:l\n}'
        ),
        ["the browser", "应用 & <b>", "asks", "a box", "left", "right"],
    ),
    "undirected": ("dot", "graph {\n    one -- two\n    two -- three [color=red]\n}", ["one", "two", "three"]),
}
