"""LanceDB and Chroma with their defaults, for rivals.mjs: a JSON line asks, a JSON line answers."""

import json
import sys
import time

import chromadb
import lancedb
import numpy
import pyarrow

FOLDER, DIMENSIONS = sys.argv[1], int(sys.argv[2])
BATCH = 5_000


class LanceDB:
    def __init__(self):
        self.table = None

    def load(self, start, vectors, sets):
        database = lancedb.connect(f"{FOLDER}/lance")
        rows = pyarrow.table({
            "id": numpy.arange(start, start + len(sets)),
            "set": sets,
            "vector": pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(vectors.ravel()), DIMENSIONS),
        })
        if self.table is None:
            self.table = database.create_table("item", rows)
        else:
            self.table.add(rows)
        started = time.perf_counter()
        self.table.create_index(metric="cosine", vector_column_name="vector", replace=True)
        self.table.create_scalar_index("set", replace=True)
        return {"indexSeconds": time.perf_counter() - started}

    def ask(self, vector, sets, hits):
        allowed = ", ".join(map(str, sets))
        found = self.table.search(vector, vector_column_name="vector").distance_type("cosine").where(f"set IN ({allowed})", prefilter=True).select(["id"]).limit(hits)
        return [row["id"] for row in found.to_list()]


class Chroma:
    def __init__(self):
        client = chromadb.PersistentClient(f"{FOLDER}/chroma", settings=chromadb.Settings(anonymized_telemetry=False))
        self.items = client.create_collection("item", configuration={"hnsw": {"space": "cosine"}}, embedding_function=None)

    def load(self, start, vectors, sets):
        started = time.perf_counter()
        for at in range(0, len(sets), BATCH):
            part = range(at, min(at + BATCH, len(sets)))
            self.items.add(ids=[str(start + i) for i in part], embeddings=vectors[part.start:part.stop], metadatas=[{"set": int(sets[i])} for i in part])
        return {"storedAndIndexedSeconds": time.perf_counter() - started}

    def ask(self, vector, sets, hits):
        found = self.items.query(query_embeddings=[vector], n_results=hits, where={"set": {"$in": sets}}, include=[])
        return [int(name) for name in found["ids"][0]]


RIVALS = {"LanceDB": LanceDB(), "Chroma": Chroma()}

for line in sys.stdin:
    message = json.loads(line)
    rival = RIVALS[message["name"]]
    if message["op"] == "load":
        vectors = numpy.fromfile(f"{FOLDER}/vectors", dtype=numpy.float32).reshape(-1, DIMENSIONS)
        answer = rival.load(message["from"], vectors, numpy.fromfile(f"{FOLDER}/sets", dtype=numpy.int32))
    else:
        answer = {"found": rival.ask(message["vector"], message["sets"], message["hits"])}
    print(json.dumps(answer), flush=True)
