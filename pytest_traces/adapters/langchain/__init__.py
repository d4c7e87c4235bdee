"""LangChain and LangGraph: runs of models, tools, retrievers, agents, graphs and their nodes, through callbacks."""
